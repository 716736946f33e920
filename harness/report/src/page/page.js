// Filters what is on the page, and says how much is shown. The page is complete without it.
(() => {
  const form = document.getElementById('filter');
  const text = document.getElementById('text');
  const suite = document.getElementById('suite');
  const shown = document.getElementById('shown');
  const unfold = document.getElementById('unfold');
  const outcomes = [...form.querySelectorAll('[name=outcome]')];
  const checks = [...document.querySelectorAll('[data-outcome]')];
  const words = new Map(checks.map((check) => [check, (check.id.slice(6).replaceAll('.', '::') + ' ' + check.textContent).toLowerCase()]));
  const bars = [...document.querySelectorAll('.bars li')];
  let later;

  const tell = () => {
    const wanted = text.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    const kept = new Set(outcomes.filter((one) => one.checked).map((one) => one.value));
    let count = 0;
    for (const check of checks) {
      const fits = kept.has(check.dataset.outcome) && (!suite.value || check.dataset.suite === suite.value)
        && wanted.every((word) => words.get(check).includes(word));
      check.hidden = !fits;
      count += fits ? 1 : 0;
    }
    for (const bar of bars) {
      const check = document.getElementById(bar.querySelector('a').hash.slice(1));
      bar.hidden = Boolean(check && check.hidden);
    }
    for (const section of document.querySelectorAll('.suite, #unjudged, #wrong, #passed, #skipped')) {
      section.hidden = !section.querySelector('[data-outcome]:not([hidden])');
    }
    shown.textContent = `${count} of ${checks.length} checks are shown`;
  };
  const soon = () => { clearTimeout(later); later = setTimeout(tell, 150); };

  form.hidden = false;
  form.addEventListener('input', soon);
  form.addEventListener('submit', (event) => { event.preventDefault(); tell(); });
  form.addEventListener('reset', () => setTimeout(() => { colour(); tell(); }));

  const colours = document.getElementById('colours');
  const colour = () => { document.documentElement.dataset.colours = colours.value; };
  colours.addEventListener('change', colour);

  unfold.addEventListener('click', () => {
    const open = unfold.getAttribute('aria-pressed') !== 'true';
    unfold.setAttribute('aria-pressed', String(open));
    for (const details of document.querySelectorAll('details')) details.open = open;
  });

  // A place within closed details is opened before it is looked at.
  const open = () => {
    const place = document.getElementById(location.hash.slice(1));
    for (let at = place; at; at = at.parentElement) if (at.tagName === 'DETAILS') at.open = true;
    if (place) place.scrollIntoView();
  };
  addEventListener('hashchange', open);
  open();
  tell();
})();
