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

  // Chart and Table put the one or the other away; on paper both are there.
  const show = (button, figure) => {
    const part = figure.querySelector(button.dataset.shows === "chart" ? ".figure-drawing" : ".table-scroll");
    const shown = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(shown));
    part.classList.toggle("put-away", !shown);
  };

  const quoted = (cell) => {
    const text = cell.textContent.trim();
    // A cell that a spreadsheet would take for a formula stays text.
    return `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
  };
  const csv = (figure) =>
    [...figure.querySelectorAll("tr")].map((row) => [...row.cells].map(quoted).join(",")).join("\r\n");

  const hand = (href, name) => {
    const link = document.createElement("a");
    link.href = href;
    link.download = name;
    link.click();
  };
  const save = async (kind, figure) => {
    const name = `${figure.id}.${kind}`;
    if (kind === "csv") {
      const address = URL.createObjectURL(new Blob(["\ufeff", csv(figure)], { type: "text/csv" }));
      hand(address, name);
      setTimeout(() => URL.revokeObjectURL(address), 10000);
      return;
    }
    const place = figure.querySelector(".figure-drawing");
    draw(place);
    const height = JSON.parse(document.getElementById(place.dataset.figure).textContent).layout.height;
    hand(await Plotly.toImage(place, { format: kind, width: paperWidth, height, scale: 2 }), name);
  };

  document.querySelectorAll(".figure-choices").forEach((choices) => {
    const figure = choices.closest("section");
    choices.hidden = false;
    choices.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button) return;
      if (button.dataset.shows) show(button, figure);
      else save(button.dataset.saves, figure);
    });
  });

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
