import 'katex/dist/katex.min.css'
import katex from 'katex'

/** Puts a formula in the place of an element's content, for the eye and (as MathML) for the ear. */
export function typeset(source: string, place: HTMLElement, mode: 'display' | 'inline'): void {
  katex.render(source, place, {
    displayMode: mode === 'display',
    // What is no formula is shown as written.
    throwOnError: false,
    strict: 'ignore',
    trust: false,
    // Bounds against formulas that are made to hang a browser.
    maxSize: 20,
    maxExpand: 300,
  })
}
