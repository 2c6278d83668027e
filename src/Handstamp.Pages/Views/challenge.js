// Solves the challenge that the service asks for while it is attacked: finds the number for which a hash is the given one.
for (const field of document.querySelectorAll('input[data-challenge]')) {
  const { form } = field;
  const note = form.querySelector('[data-solving]');
  // A challenge is good for ten minutes.
  const life = 480_000;
  let begun;

  const find = async ({ salt, challenge, maxnumber }) => {
    const [text, wanted, most] = [new TextEncoder(), BigInt(`0x${challenge.slice(0, 16)}`), 256];
    for (let first = 0; first <= maxnumber; first += most) {
      const digest = (_, index) => crypto.subtle.digest('SHA-256', text.encode(salt + (first + index)));
      const hashes = await Promise.all(Array.from({ length: most }, digest));
      const found = hashes.findIndex((hash) => new DataView(hash).getBigUint64(0) === wanted);
      if (found >= 0) return first + found;
    }
    throw new Error('The challenge has no solution.');
  };

  const solve = async () => {
    const answer = await fetch(field.dataset.challenge, { cache: 'no-store' });
    if (!answer.ok) throw new Error(`The service answered ${answer.status}.`);
    const challenge = await answer.json();
    return btoa(JSON.stringify({ ...challenge, number: await find(challenge) }));
  };

  const begin = () => {
    if (!begun || performance.now() - begun.at > life) {
      begun = { at: performance.now(), solution: solve() };
      begun.solution.catch(() => (begun = undefined));
    }
    return begun.solution;
  };

  // While the person still types.
  form.addEventListener('input', () => void begin().catch(() => {}));
  form.addEventListener('submit', async (event) => {
    if (field.value) return;
    event.preventDefault();
    note.hidden = false;
    try {
      field.value = await begin();
      // A form that still fires this event would ignore the next line.
      await new Promise((resolve) => setTimeout(resolve));
      form.requestSubmit(event.submitter);
    } catch {
      // The service says what is wrong.
      form.submit();
    }
    note.hidden = true;
    // Each is good once, and a browser may go back to this page.
    [field.value, begun] = ['', undefined];
  });
}
