import { createHandstamp } from '@handstamp/browser';

const handstamp = createHandstamp({ url: 'http://127.0.0.1:5110' });
const [door, inside, said] = ['door', 'inside', 'said'].map((id) => document.getElementById(id));

/** Does it, and shows what came of it. */
const show = async (work) => {
  said.textContent = await work().catch((error) => error.message);
};

handstamp.onChange(({ sessionId }) => {
  door.hidden = sessionId !== null;
  inside.hidden = sessionId === null;
});

door.addEventListener('submit', (event) => {
  event.preventDefault();
  const { email, password } = Object.fromEntries(new FormData(door));
  show(async () => {
    if (event.submitter.name === 'register') await handstamp.register({ email, password });
    await handstamp.login({ email, password });
    return `Welcome, ${(await handstamp.user()).email}.`;
  });
});

document.getElementById('call').addEventListener('click', () =>
  // The API of this page's own origin: the access token goes along.
  show(async () => (await handstamp.fetch('/me')).text()),
);

document.getElementById('logout').addEventListener('click', () =>
  show(async () => {
    await handstamp.logout();
    return 'You are out.';
  }),
);

// After a reload the cookie may still be there.
show(async () => {
  const user = await handstamp.user();
  return user ? `Welcome back, ${user.email}.` : 'Nobody is logged in.';
});
