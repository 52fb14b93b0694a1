"use strict";
// Sort a table by a column: a button in each heading, so that it works with the keyboard and is read aloud.
document.querySelectorAll("table.sortable thead button").forEach(function (button) {
  button.addEventListener("click", function () {
    var heading = button.parentNode, row = heading.parentNode, body = row.parentNode.parentNode.tBodies[0];
    var column = Array.prototype.indexOf.call(row.cells, heading);
    var numbers = heading.classList.contains("number");
    var way = heading.getAttribute("aria-sort");
    // Numbers are first sorted from the largest, words from A.
    way = way === "descending" ? "ascending" : way === "ascending" ? "descending" : numbers ? "descending" : "ascending";
    Array.prototype.forEach.call(row.cells, function (cell) {
      if (cell.hasAttribute("aria-sort")) { cell.setAttribute("aria-sort", cell === heading ? way : "none"); }
    });
    var sign = way === "ascending" ? 1 : -1;
    Array.prototype.slice.call(body.rows).map(function (line) {
      var text = line.cells[column].getAttribute("data-value");
      return { line: line, key: numbers ? parseFloat(text) : text };
    }).sort(function (a, b) {
      if (numbers) {
        if (isNaN(a.key) || isNaN(b.key)) { return (isNaN(a.key) ? 1 : 0) - (isNaN(b.key) ? 1 : 0); }
        return sign * (a.key - b.key);
      }
      return sign * a.key.localeCompare(b.key, "en", { numeric: true });
    }).forEach(function (each) { body.appendChild(each.line); });
  });
});
// The contents are folded on narrow screens.
if (window.matchMedia("(max-width: 900px)").matches) {
  document.querySelectorAll("nav.contents details").forEach(function (each) { each.removeAttribute("open"); });
}
