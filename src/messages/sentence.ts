/** @returns the text with a capital letter at its beginning, as a sentence has it */
export function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
