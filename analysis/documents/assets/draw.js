// Draws each figure of a document from the JSON that stands beside it. Without this script the tables remain.
(() => {
  "use strict";

  const config = {
    responsive: true,
    staticPlot: true,
    displayModeBar: false,
    displaylogo: false,
    showSendToCloud: false,
    plotlyServerURL: "",
  };
  // A4 less its margins, in CSS pixels: what a figure is drawn for on paper.
  const paperWidth = 672;
  const places = [...document.querySelectorAll("[data-figure]")];

  const draw = (place) => {
    if (place.dataset.drawn) return;
    place.dataset.drawn = "yes";
    const spec = JSON.parse(document.getElementById(place.dataset.figure).textContent);
    Plotly.newPlot(place, spec.data, spec.layout, config);
  };

  const observer = new IntersectionObserver(
    (entries) => entries.filter((entry) => entry.isIntersecting).forEach((entry) => draw(entry.target)),
    { rootMargin: "400px" },
  );
  places.forEach((place) => observer.observe(place));

  addEventListener("beforeprint", () => {
    places.forEach(draw);
    places.forEach((place) => Plotly.relayout(place, { width: paperWidth, autosize: false }));
  });
  addEventListener("afterprint", () => {
    places.forEach((place) => Plotly.relayout(place, { width: null, autosize: true }));
  });
})();
