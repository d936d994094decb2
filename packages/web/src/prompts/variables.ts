/** `{{name}}`, with or without spaces inside; a name has letters, digits, '_', '-' and inner spaces, up to 40 of them. */
const VARIABLE = /\{\{\s*([\p{L}\p{N}_-](?:[\p{L}\p{N}_ -]{0,38}[\p{L}\p{N}_-])?)\s*\}\}/gu

/** What a prompt asks for when it is inserted: each name once, in the order of the text. */
export function variablesOf(text: string): string[] {
  return [...new Set([...text.matchAll(VARIABLE)].map(([, name = '']) => name))]
}

/** The prompt with what was asked for in its places. What is put in is not looked through again. */
export function fillIn(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(VARIABLE, (whole, name: string) =>
    Object.hasOwn(values, name) ? (values[name] ?? whole) : whole,
  )
}
