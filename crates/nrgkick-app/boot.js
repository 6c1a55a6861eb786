// What runs before the program has come: it asks for all that the program will ask for, shows the
// first numbers in the markup, and starts the program. `cargo xtask trunk-hook` writes it into the
// head of the page, with the values for the names in capitals.
(() => {
  const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
  // The markup is whole, and the right screen of it is seen.
  const parsed = new Promise((done) => document.addEventListener('DOMContentLoaded', done)).then(() => {
    document.documentElement.dataset.parsed = '';
    const screen = location.hash.split('/')[1] || 'overview';
    for (const part of document.querySelectorAll('[data-route]')) part.dataset.route = screen;
    const charger = document.querySelector('[data-slot=charger]');
    if (charger && screen !== 'overview' && screen !== 'control') charger.hidden = true;
  });

  // Resolves when the first numbers are in the markup, or will not be.
  let first = Promise.resolve();
  const begin = () => {
    // A token in the link is for nobody else to see: not in the address, and not in the history.
    const [, token] = location.hash.match(/^#token=(.+)/) || [];
    if (token) {
      history.replaceState(null, '', location.pathname + location.search);
      // A link that was cut off has none, and opens the page all the same.
      try { window.token = decodeURIComponent(token); } catch { /* None. */ }
    }

    const early = (window.early = {});
    const saved = (key) => {
      try { return localStorage.getItem(key) || ''; } catch { return ''; }
    };
    const query = new URLSearchParams(location.search);
    const ask = (url, cache) => {
      if (early[url]) return early[url].answer.then((found) => found.clone().json());
      const stop = new AbortController();
      setTimeout(() => stop.abort(), READ_LIMIT);
      const answer = fetch(url, { cache, credentials: 'same-origin', redirect: 'error', signal: stop.signal });
      const one = (early[url] = { at: performance.now(), answer });
      answer.then(() => { one.at = performance.now(); }, () => {});
      return answer.then((found) => found.ok ? found.clone().json() : Promise.reject());
    };

    // What the server knows already.
    const known = document.getElementById('snapshot');
    for (const [url, [age, answer]] of Object.entries(known ? JSON.parse(known.textContent) : {})) {
      early[url] = { at: performance.now() - age, answer: Promise.resolve(new Response(JSON.stringify(answer))) };
    }

    // The same language that the program will choose.
    const wanted = [query.get('lang'), saved('nrgkick-web.language'), ...navigator.languages];
    const code = (tag) => LANGUAGES.find((known) => known === (tag || '').split(/[-_]/)[0].toLowerCase());
    const language = wanted.map(code).find(Boolean) || SOURCE;
    Promise.all([ask(`i18n/${language}.json`, 'default'), parsed]).then(([words]) => {
      if (words[0] !== 'VERSION') return;
      for (const part of document.querySelectorAll('[data-word]')) part.textContent = words[+part.dataset.word + 1] || part.textContent;
      document.documentElement.dataset.words = '';
    }).catch(() => {});

    // Number as the program writes it: a half is rounded away from zero, zero has no sign.
    let sign;
    const written = (value, decimals) => {
      // Slow to ask for, so once.
      const tag = navigator.languages.find((tag) => code(tag) === language) || language;
      sign ||= (1.5).toLocaleString(tag)[1];
      const scale = 10 ** decimals;
      const scaled = Math.round(Math.abs(value) * scale);
      const whole = String(Math.floor(scaled / scale)).replace(/\B(?=(\d{3})+$)/g, '\u202f');
      const fraction = decimals ? sign + String(scaled % scale).padStart(decimals, '0') : '';
      return (value < 0 && scaled ? '−' : '') + whole + fraction;
    };
    const found = (values, part) => {
      const value = part.dataset.early.split('.').slice(1).reduce((inner, key) => inner?.[key], values);
      return typeof value === 'number' && Math.abs(value) < 1e9 ? value / (part.dataset.per || 1) : undefined;
    };
    const show = (values) => {
      for (const part of document.querySelectorAll('[data-early]')) {
        const value = found(values, part);
        // A phase that carries nothing may not be connected, which the program finds out.
        const current = part.closest('tr')?.querySelector('[data-early]');
        if (value === undefined || (current && !(found(values, current) >= 1))) continue;
        part.firstChild.nodeValue = written(value, +part.dataset.decimals);
        part.lastChild.textContent = '\u202f' + part.dataset.unit;
      }
    };

    // What is not real says so before anything else does: a strip that comes later moves all below it.
    const elsewhere = query.has('charger') || saved('nrgkick-web.charger');
    if (query.has('demo') || (early.simulated && !elsewhere)) {
      document.documentElement.dataset.simulated = '';
      parsed.then(() => document.querySelector('.strip')?.removeAttribute('hidden'));
    }

    // Behind a gateway the API is at the page's own host. Elsewhere only `api` is asked, which tells.
    // The demo is in the page: nobody is asked.
    const asked = query.has('demo') ? [] : elsewhere ? ASKED.slice(0, 1) : ASKED;
    for (const path of asked) {
      const answer = ask(path, 'no-store');
      answer.catch(() => {});
      if (path.startsWith('values')) first = Promise.all([answer, parsed]).then(([values]) => show(values)).catch(() => {});
    }
  };
  // Whatever is odd here is no reason not to start.
  try { begin(); } catch (error) { console.warn(error); }

  // The program keeps the browser busy when it starts: the first numbers are painted before, unless
  // they are slow.
  const program = import('GLUE');
  const painted = () => Promise.race([new Promise(requestAnimationFrame).then(() => wait(0)), wait(100)]);
  const ready = Promise.race([first.then(painted), wait(500)]);
  Promise.all([program, parsed, ready]).then(([program]) => program.default({ module_or_path: 'WASM' }));
})();
