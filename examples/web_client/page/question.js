// Asks the user something, in a dialog of the page.
const element = id => document.getElementById(id);

// Returns what the user writes, or '' for who cancels. Without a value nothing is to be written: true is a yes.
export function question(text, verb, value) {
  const [dialog, answer] = [element('question'), element('answer')];
  element('asked').textContent = text;
  element('confirm').textContent = verb;
  answer.hidden = answer.disabled = value === undefined; // what is disabled need not be filled in
  answer.value = value ?? '';
  dialog.returnValue = '';
  dialog.showModal();
  return new Promise(resolve => {
    dialog.onclose = () => resolve(dialog.returnValue && (value === undefined || answer.value.trim()));
  });
}
