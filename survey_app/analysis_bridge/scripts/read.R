# Read this export and work out the primary estimate again. CSV needs nothing but R; the others arrow, haven, readxl.
#   Rscript read.R
# prints how many problems more a complainant names than a shopper, on average over places.

arguments <- commandArgs(trailingOnly = FALSE)
script <- sub("^--file=", "", grep("^--file=", arguments, value = TRUE))
here <- if (length(script)) dirname(script[1]) else "."
source(file.path(here, "plan.R"))

table_of <- function(name) {
  path <- file.path(here, paste0(name, ".", export_format))
  read <- switch(export_format,
    parquet = as.data.frame(arrow::read_parquet(path)),
    sav = as.data.frame(haven::zap_labels(haven::read_sav(path))),
    xlsx = as.data.frame(readxl::read_excel(file.path(here, "tables.xlsx"), sheet = name, col_types = "text")),
    read.csv(path, colClasses = "character", na.strings = character(), encoding = "UTF-8")
  )
  for (column in names(read)) {
    text <- as.character(read[[column]])
    text[is.na(text)] <- ""
    read[[column]] <- text
  }
  read
}

# The responses of both sides that count by the plan.
rows <- table_of("responses")
complainants <- rows$arm %in% plan$complainants
counts <- (rows$arm %in% plan$shoppers | (complainants & rows$route %in% plan$routes)) & rows$list_answered == "yes"
if (plan$window_days > 0) {
  days <- as.integer(as.Date(rows$submitted_at, optional = TRUE) - as.Date(rows$visited_on, optional = TRUE))
  counts <- counts & (rows$hired == "yes" | (!is.na(days) & days <= plan$window_days))
}
if (length(plan$exclude_flags) > 0 && "flags" %in% names(rows)) {
  flagged <- vapply(strsplit(rows$flags, ";"), function(flags) any(flags %in% plan$exclude_flags), logical(1))
  counts <- counts & !flagged
}
rows$side <- ifelse(complainants, "complainants", "shoppers")
rows$period <- if (plan$period == "month") substr(rows$visited_on, 1, 7) else ""
rows <- rows[counts, ]

# How many different problems with the handling each response names, but those that its scenario implies.
seen <- table_of("sightings")
seen <- seen[seen$origin == "checklist" & seen$stage == "handling" & !seen$theme %in% c("control", "bogus", "beyond"), ]
seen <- unique(seen[seen$response_id %in% rows$response_id, c("response_id", "problem")])
implied <- unlist(Map(
  function(scenario, problems) if (length(problems)) paste(scenario, problems, sep = "\r"),
  rows$scenario, strsplit(rows$index_problem, ";")
))
scenario <- rows$scenario[match(seen$response_id, rows$response_id)]
seen <- seen[!paste(scenario, seen$problem, sep = "\r") %in% implied, ]
rows$y <- as.numeric(table(factor(seen$response_id, levels = rows$response_id)))

# Complainants less shoppers, cell by cell, averaged within places and then over them.
cell <- paste(rows$location, rows$channel, rows$scenario, rows$period, rows$list_hash, sep = "\r")
means <- tapply(rows$y, list(cell, factor(rows$side, levels = c("complainants", "shoppers"))), mean)
means <- means[stats::complete.cases(means), , drop = FALSE]
location <- sub("\r.*", "", rownames(means))
if (plan$scale == "ratio") {
  estimate <- sum(tapply(means[, "complainants"], location, mean)) / sum(tapply(means[, "shoppers"], location, mean))
} else {
  estimate <- mean(tapply(means[, "complainants"] - means[, "shoppers"], location, mean))
}
cat(format(estimate, digits = 17), "\n")
