// A picture that cannot be shown gives its place to the words that img[data-instead] names.
{
  const broken = (img) => {
    const words = document.getElementById(img.dataset.instead);
    if (!words) return;
    words.hidden = false;
    img.remove();
  };
  document.addEventListener("error", ({ target }) => {
    if (target instanceof HTMLImageElement && target.dataset.instead) broken(target);
  }, true); // such an event does not rise to the document
  for (const img of document.querySelectorAll("img[data-instead]")) {
    if (img.complete && !img.naturalWidth) broken(img); // it failed before this was read
  }
}
