/**
 * Content-Disposition for a file name of any letters.
 *
 * 'naïve.pdf' -> attachment; filename="na_ve.pdf"; filename*=UTF-8''na%C3%AFve.pdf
 *
 * @see RFC 6266 section 4.3
 */
export function asDownload(name: string, how: 'attachment' | 'inline' = 'attachment'): string {
  const plain = name.replaceAll(/[^\w.\- ()]/g, '_')
  const encoded = encodeURIComponent(name.toWellFormed()).replaceAll(/['()*]/g, (letter) => {
    return `%${letter.charCodeAt(0).toString(16).toUpperCase()}`
  })
  return `${how}; filename="${plain}"; filename*=UTF-8''${encoded}`
}
