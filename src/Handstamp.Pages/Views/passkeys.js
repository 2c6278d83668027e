// Passkeys on the pages. In a browser that knows none, and without script, their forms stay hidden.
(async () => {
  const passkeys = window.PublicKeyCredential;
  if (!passkeys?.parseRequestOptionsFromJSON) return;
  for (const note of document.querySelectorAll('[data-without]')) note.hidden = true;
  // A browser waits for one answer at a time.
  const waiting = new AbortController();

  const begin = async ({ optionsUrl, token }) => {
    const body = token && { body: JSON.stringify({ mfa_token: token }), headers: { 'content-type': 'application/json' } };
    const answer = await fetch(optionsUrl, { method: 'POST', ...body });
    if (!answer.ok) throw new Error(`The service answered ${answer.status}.`);
    return answer.json();
  };

  const answer = {
    create: async ({ options }) => ({
      credential: await navigator.credentials.create({
        publicKey: passkeys.parseCreationOptionsFromJSON(JSON.parse(options)),
      }),
    }),
    get: async (how, more) => {
      const { ceremony, options } = await begin(how);
      const publicKey = passkeys.parseRequestOptionsFromJSON(options);
      return { ceremony, credential: await navigator.credentials.get({ publicKey, ...more }) };
    },
  };

  const send = (form, { ceremony, credential }) => {
    if (ceremony) form.elements.ceremony.value = ceremony;
    form.elements.credential.value = JSON.stringify(credential);
    // A field that is disabled is not sent, like a box that is not ticked.
    const box = document.getElementById('remember');
    if (box && form.elements.remember) form.elements.remember.disabled = !box.checked;
    form.submit();
  };

  // A challenge is good for five minutes, and a login page may be open for hours.
  const offer = async (form) => {
    while (!waiting.signal.aborted) {
      const old = AbortSignal.timeout(240_000);
      const signal = AbortSignal.any([waiting.signal, old]);
      try {
        return send(form, await answer.get(form.dataset, { mediation: 'conditional', signal }));
      } catch {
        // Whoever wants to use a passkey has a button, too.
        if (!old.aborted) return;
      }
    }
  };

  // After a login with a password that the browser's password manager has filled in. The browser decides, and asks nobody.
  const upgrade = async (form) => {
    const post = (url, more) => fetch(url, { method: 'POST', body: new URLSearchParams([...new FormData(form), ...more]) });
    const begun = await post(form.dataset.optionsUrl, []);
    if (!begun.ok) return;
    const { ceremony, options } = await begun.json();
    const publicKey = passkeys.parseCreationOptionsFromJSON(options);
    const credential = await navigator.credentials.create({ publicKey, mediation: 'conditional' });
    await post(form.action, Object.entries({ ceremony, credential: JSON.stringify(credential) }));
  };
  const conditional = document.querySelector('form[data-conditional]');
  if (conditional && (await passkeys.getClientCapabilities?.())?.conditionalCreate) upgrade(conditional).catch(() => {});

  for (const form of document.querySelectorAll('form[data-passkey]')) {
    form.hidden = false;
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      waiting.abort();
      const failed = form.querySelector('[data-failed]');
      failed.hidden = true;
      try {
        send(form, await answer[form.dataset.passkey](form.dataset));
      } catch {
        failed.hidden = false;
      }
    });
    if ('autofill' in form.dataset && (await passkeys.isConditionalMediationAvailable?.())) offer(form);
  }

  // Always the whole list: a password manager deletes what is missing in it.
  const list = document.querySelector('[data-accepted]');
  if (list) await passkeys.signalAllAcceptedCredentials?.(JSON.parse(list.dataset.accepted)).catch(() => {});
})();
