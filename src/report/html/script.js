'use strict';
(() => {
  const by = (id) => document.getElementById(id);
  const table = by('table');
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const words = rows.map((row) => row.textContent.toLowerCase());
  const [search, verdict, check] = ['search', 'verdict', 'check'].map(by);

  const filter = () => {
    const wanted = search.value.trim().toLowerCase();
    let shown = 0;
    rows.forEach((row, k) => {
      const fits = words[k].includes(wanted)
        && (!verdict.value || row.dataset.verdict === verdict.value)
        && (!check.value || row.dataset.checks.split(' ').includes(check.value));
      row.hidden = !fits;
      shown += fits;
    });
    by('shown').textContent = `${shown.toLocaleString('en')} of ${rows.length.toLocaleString('en')} shown`;
  };

  // Numbers by value, texts by the alphabet; what is empty or has no number comes last either way.
  const key = (row, column) => {
    const cell = row.cells[column];
    const text = cell.dataset.rank ?? cell.textContent.trim().replaceAll(',', '');
    return table.tHead.rows[0].cells[column].dataset.numbers !== undefined ? parseFloat(text) : text;
  };
  const compare = (a, b, sign) => {
    if (typeof a === 'string') return !a - !b || sign * a.localeCompare(b);
    return isNaN(a) - isNaN(b) || sign * (a - b) || 0;
  };
  const sort = (head) => {
    const orders = ['ascending', 'descending'];
    if ('highest' in head.dataset) orders.reverse();
    const order = orders[head.getAttribute('aria-sort') === orders[0] ? 1 : 0];
    const sign = order === 'ascending' ? 1 : -1;
    const keyed = rows.map((row, k) => ({ row, k, key: key(row, head.cellIndex) }));
    keyed.sort((a, b) => compare(a.key, b.key, sign) || a.k - b.k);
    for (const other of table.tHead.rows[0].cells) other.removeAttribute('aria-sort');
    head.setAttribute('aria-sort', order);
    body.append(...keyed.map((item) => item.row));
  };
  for (const head of table.tHead.rows[0].cells) {
    if ('fixed' in head.dataset) continue;
    const button = document.createElement('button');
    button.type = 'button';
    button.append(...head.childNodes);
    button.addEventListener('click', () => sort(head));
    head.append(button);
  }

  const open = () => {
    const target = by(location.hash.slice(1));
    if (target?.localName === 'details') {
      target.open = true;
      target.scrollIntoView();
    }
  };
  const controls = by('controls');
  controls.hidden = false;
  for (const event of ['input', 'change']) controls.addEventListener(event, filter);
  controls.addEventListener('submit', (event) => event.preventDefault());
  controls.addEventListener('reset', () => setTimeout(filter));
  for (const link of document.querySelectorAll('a[data-check]')) {
    link.addEventListener('click', () => {
      controls.reset();
      check.value = link.dataset.check;
      filter();
    });
  }
  addEventListener('hashchange', open);
  // A link to where one already is changes nothing, but its pair may have been folded since.
  addEventListener('click', (event) => {
    if (event.target.closest('a')?.hash === location.hash) open();
  });
  filter();
  open();
})();
