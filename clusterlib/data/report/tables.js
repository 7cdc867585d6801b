// Let tables be searched and sorted. Without it they are whole, in the order of their rows.
for (const table of document.querySelectorAll("table.data")) {
  const body = table.tBodies[0], rows = [...body.rows];
  const words = new Map(rows.map(row => [row, row.textContent.toLowerCase()]));
  const label = document.createElement("label"), find = document.createElement("input");
  const count = document.createElement("output");
  find.type = "search";
  label.className = "find";
  label.append("Search ", find, " ", count);
  table.closest(".scroll").before(label);
  const show = () => {
    const wanted = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const row of rows) row.hidden = !wanted.every(word => words.get(row).includes(word));
    const shown = rows.filter(row => !row.hidden).length;
    count.textContent = wanted.length ? `${shown} of ${rows.length} rows` : `${rows.length} rows`;
  };
  find.addEventListener("input", show);
  show();
  const collator = new Intl.Collator("en", { numeric: true });
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, place) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      heads.forEach(other => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const text = row => row.cells[place].textContent.trim();
      const number = row => (text(row) === "" ? NaN : Number(text(row).replaceAll(",", "")));
      const compare = (a, b) => {
        const [one, two] = [number(a), number(b)];
        const numbers = !Number.isNaN(one) && !Number.isNaN(two);
        return numbers ? one - two : collator.compare(text(a), text(b));
      };
      body.append(...rows.sort((a, b) => (down ? compare(b, a) : compare(a, b))));
    });
  });
}
