/**
 * Copies a text that is still on its way. Browsers let a page copy only while a press is fresh: so it is promised to the
 * clipboard at once, where that can wait.
 * @throws Error where the browser keeps the clipboard to itself, or what the text fails with
 */
export async function copyWhenKnown(text: Promise<string>): Promise<void> {
  // Missing where the page has neither https nor a localhost name.
  const clipboard: Clipboard | undefined = navigator.clipboard
  if (clipboard === undefined) {
    await text
    throw new Error('the browser keeps the clipboard to itself')
  }
  if (typeof ClipboardItem === 'undefined') return clipboard.writeText(await text)
  const blob = text.then((words) => new Blob([words], { type: 'text/plain' }))
  await Promise.all([text, clipboard.write([new ClipboardItem({ 'text/plain': blob })])])
}
