/** Makes a field as high as its text, up to its CSS maximum. */
export function growWithText(field: HTMLTextAreaElement | null): void {
  if (field === null) return
  field.style.height = 'auto'
  field.style.height = `${field.scrollHeight}px`
}
