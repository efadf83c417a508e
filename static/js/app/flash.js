root.dataset.ready = "";
