/** Whether every word of a search occurs somewhere in the text, in either letter case. */
export function matchWords(text: string, search: string): boolean {
  const folded = text.toLowerCase()
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => folded.includes(word))
}
