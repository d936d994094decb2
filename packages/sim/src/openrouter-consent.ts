import type { IssuedKey } from './openrouter-account.ts'
import type { Authorization } from './openrouter-authorize.ts'

const STYLE = `
  :root { color-scheme: light dark; --ink: #14161a; --soft: #626b76; --line: #e4e7eb; --paper: #fff; --ground: #f4f5f7; --act: #4f46e5; --on-act: #fff }
  @media (prefers-color-scheme: dark) { :root { --ink: #eceef1; --soft: #9aa4b0; --line: #2a2f36; --paper: #17191d; --ground: #0e1012; --act: #a5a0ff; --on-act: #14161a } }
  * { box-sizing: border-box }
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem; background: var(--ground); color: var(--ink); font: 16px/1.55 system-ui, sans-serif }
  main { width: min(26rem, 100%); padding: 2rem; background: var(--paper); border: 1px solid var(--line); border-radius: 16px }
  .mark { margin: 0 0 1.25rem; font-size: .8rem; color: var(--soft) } .mark b { color: var(--ink) }
  h1 { margin: 0 0 .5rem; font-size: 1.3rem; line-height: 1.3; letter-spacing: -.01em } p { margin: .5rem 0; color: var(--soft) }
  dl { margin: 1.25rem 0; display: grid; grid-template-columns: auto 1fr; gap: .35rem 1rem; font-size: .95rem } dt { color: var(--soft) } dd { margin: 0; overflow-wrap: anywhere }
  form { display: grid; gap: .6rem; margin-top: 1.5rem }
  button { font: inherit; font-weight: 600; padding: .7rem 1rem; border-radius: 10px; border: 1px solid var(--line); background: transparent; color: inherit; cursor: pointer }
  button.act { background: var(--act); border-color: var(--act); color: var(--on-act) } button:focus-visible { outline: 3px solid var(--act); outline-offset: 2px }
  code { display: block; margin: 1rem 0; padding: .9rem 1rem; border-radius: 10px; background: var(--ground); font: 15px/1.4 ui-monospace, monospace; overflow-wrap: anywhere; user-select: all }`

/** The page on which the sample person signs in. @param next where they wanted to go */
export function signInPage(email: string, next: string): string {
  return page(
    'Sign in',
    `<h1>Sign in to the simulated OpenRouter</h1>
<p>There is one person here: ${escapeHtml(email)}. No password is needed, and nothing leaves this machine.</p>
<form method="post" action="/openrouter/sign-in?next=${escapeHtml(encodeURIComponent(next))}">
<button class="act" autofocus>Continue as ${escapeHtml(email)}</button></form>`,
  )
}

/** The page that asks whether the app gets a key. The form goes to the page's own address. */
export function consentPage(of: Authorization, email: string): string {
  const { terms } = of
  const limit = terms.limit === null ? 'none' : `$${terms.limit}${terms.reset === null ? '' : `, ${terms.reset}`}`
  return page(
    'Authorize',
    `<h1>${escapeHtml(of.app)} wants to use your account</h1>
<p>It gets a key of its own, which you can revoke at any time.</p>
<dl><dt>Signed in as</dt><dd>${escapeHtml(email)}</dd>
<dt>Key</dt><dd>${escapeHtml(terms.label)}</dd>
<dt>Limit</dt><dd>${escapeHtml(limit)}</dd>
<dt>Expires</dt><dd>${escapeHtml(terms.expiresAt ?? 'never')}</dd></dl>
<form method="post"><button class="act" name="decision" value="approve">Approve</button>
<button name="decision" value="deny">Deny</button></form>`,
  )
}

/** The page that shows a code to copy. */
export function codePage(code: string): string {
  return page(
    'Your code',
    `<h1>Copy this code back</h1><p>Paste it where you started. It works once, within 10 minutes.</p>
<code id="code">${escapeHtml(code)}</code>`,
  )
}

/** A page with one thing to say. */
export function messagePage(title: string, text: string): string {
  return page(title, `<h1>${escapeHtml(title)}</h1><p>${escapeHtml(text)}</p>`)
}

/** A key's own page, with the button that ends it. */
export function keyPage(key: IssuedKey): string {
  const state = key.revoked ? 'revoked' : 'active'
  const form = `<form method="post"><button name="decision" value="revoke">Revoke this key</button></form>`
  return page(
    'Key',
    `<h1>${escapeHtml(key.label)}</h1>
<dl><dt>State</dt><dd>${state}</dd><dt>Used</dt><dd>$${key.usage}</dd>
<dt>Limit</dt><dd>${key.limit === null ? 'none' : `$${key.limit}`}</dd></dl>${key.revoked ? '' : form}`,
  )
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} \u00b7 simulated OpenRouter</title>
<style>${STYLE}</style>
<main><p class="mark"><b>OpenRouter</b>, simulated by Keyway</p>
${body}
</main>
</html>
`
}

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/gu, (character) => `&#${character.codePointAt(0)};`)
}
