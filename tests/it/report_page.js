// Looks at the report as a reader does: each text as large as it is drawn, before its background, within the screen.
addEventListener("load", () => {
  const seen = [...document.querySelectorAll("iframe")].map((frame) => {
    const page = frame.contentDocument, view = frame.contentWindow, faults = [];
    const channel = (c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    const parts = (color) => (color.match(/[\d.]+/g) || []).map(Number);
    const light = (color) => {
      const [r, g, b] = parts(color).map((c) => channel(c / 255));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const opaque = (color) => color.startsWith("rgb(") || parts(color)[3] === 1;
    const behind = (node) => {
      for (let at = node; at; at = at.parentElement) {
        const color = view.getComputedStyle(at).backgroundColor;
        if (opaque(color)) return color;
      }
      return view.matchMedia("(prefers-color-scheme: dark)").matches ? "rgb(18, 18, 18)" : "rgb(255, 255, 255)";
    };
    const scrolls = (node) => {
      for (let at = node; at && at !== page.documentElement; at = at.parentElement) {
        if (/auto|scroll/.test(view.getComputedStyle(at).overflowX)) return true;
      }
      return false;
    };
    const texts = page.createTreeWalker(page.body, NodeFilter.SHOW_TEXT);
    for (let node = texts.nextNode(); node; node = texts.nextNode()) {
      const text = node.textContent.trim();
      if (!text) continue;
      const element = node.parentElement, style = view.getComputedStyle(element);
      const range = page.createRange();
      range.selectNodeContents(node);
      const box = range.getBoundingClientRect();
      const svg = element.closest("svg");
      const ink = svg && element.closest("text") ? style.fill : style.color;
      const [a, b] = [light(ink), light(behind(element))].sort((x, y) => y - x);
      const contrast = (a + 0.05) / (b + 0.05);
      const drawn = parseFloat(style.fontSize);
      // Folded away until somebody opens it.
      if (element.closest("details:not([open])") && !element.closest("summary")) continue;
      // On a phone each cell says itself what it is, and the head of the table goes.
      if (element.closest("thead") && box.width === 0) continue;
      if (box.width === 0 || box.height === 0) faults.push(`hidden: ${text}`);
      if (drawn < 11) faults.push(`${drawn}px: ${text}`);
      if (contrast < 4.5) faults.push(`contrast ${contrast.toFixed(1)}: ${text}`);
      if (box.right > view.innerWidth + 1 && !scrolls(element)) faults.push(`beyond the edge: ${text}`);
    }
    if (page.documentElement.scrollWidth > view.innerWidth) faults.push("the page scrolls sideways");
    return { width: view.innerWidth, dark: view.matchMedia("(prefers-color-scheme: dark)").matches, faults, text: page.body.innerText };
  });
  document.body.textContent = "";
  const out = document.createElement("pre");
  out.id = "seen";
  out.textContent = encodeURIComponent(JSON.stringify(seen));
  document.body.append(out);
});
