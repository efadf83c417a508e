// Loaded at once in the head, before anything is painted: parts that need a
// script show themselves, parts that replace one hide.
document.documentElement.classList.add("js");
