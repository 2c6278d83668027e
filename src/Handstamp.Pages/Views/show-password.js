// A button that shows what is typed into a password field. Without script, the field is just a field.
for (const field of document.querySelectorAll('input[data-show]')) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'show';
  button.textContent = field.dataset.show;
  const show = (shown) => {
    field.type = shown ? 'text' : 'password';
    button.setAttribute('aria-pressed', String(shown));
  };
  show(false);
  button.addEventListener('click', () => show(field.type === 'password'));
  // Browsers remember what was typed into a field for text.
  field.form.addEventListener('submit', () => show(false));
  field.after(button);
}
