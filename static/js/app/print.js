// data-print prints the page; without script the browser's own menu does.

on("click", "button[data-print]", () => print());
