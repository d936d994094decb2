/**
 * The rows of the list in docs/oauth-rows.md that only a browser can tell, and why. Each is a test in this folder, run in
 * every engine; the others are of what Keyway answers, whoever asks.
 */
export const ENGINE_ROWS: Readonly<Record<number, string>> = {
  5: 'whether a sibling may plant a cookie with the __Host- prefix is the browser\u2019s to refuse',
  8: 'what Back and reload do is the browser\u2019s',
  60: 'whether a page is drawn inside of another',
  61: 'focus, size, visibility, and which presses are a person\u2019s',
  63: 'what a form of another page sends along, and what the browser says of where it came from',
  68: 'two presses, and the way back',
  72: 'whether the way out of the page is let through, to https and to this computer',
  73: 'whether a script of another site may read',
  94: 'whether cookies of another site go along',
  114: 'the attributes as the browser holds them',
  115: 'which cookies the browser sends after a sibling set many',
  116: 'whether the session comes along on the way back from another site',
  117: 'what a form of another page sends along',
  119: 'what Back shows after signing out',
  124: 'what the browser says of where it came from',
  125: 'what stays in the history',
  130: 'what the browser keeps',
  131: 'what Back and reload show of what was there once',
}
