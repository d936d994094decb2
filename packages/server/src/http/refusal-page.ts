import type { KeywayError } from '../base/errors.ts'
import { NOT_ADMITTED } from '../oauth/app-identity.ts'
import { appHeaders } from './app/security-headers.ts'
import type { Page } from './auth-page.ts'
import { PAGE_LANGUAGES, REFUSAL_TEXTS } from './refusal-texts.ts'

/**
 * A page that says what is wrong with a request. Nothing of what came is repeated unescaped, and nobody is redirected.
 * What a person needs to know is in their language; what the app's maker or the operator has to mend is as in every answer.
 */
export function refusalPage(error: KeywayError, to: { publicUrl: string; acceptLanguage: string | undefined }): Page {
  const language = languageOf(to.acceptLanguage)
  const texts = REFUSAL_TEXTS[language]
  const asking = error.metadata[NOT_ADMITTED]
  const [title, about] =
    typeof asking === 'string'
      ? [texts.notAdmitted(asking), texts.whoDecides]
      : [texts.cannot, error.retryAfterMs === undefined ? texts.askedWrong : texts.tooOften]
  const policy =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
  return {
    headers: {
      ...appHeaders(to.publicUrl),
      'content-security-policy': policy,
      'content-type': 'text/html; charset=utf-8',
      'content-language': language,
      vary: 'accept-language',
    },
    body: `<!doctype html>
<html lang="${language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Keyway</title>
<style>${STYLE}</style>
<header><svg viewBox="0 0 32 32" aria-hidden="true"><path d="${MARK}"/></svg>keyway</header>
<main>
<h1>${escapeHtml(title)}</h1>
<p>${escapeHtml(about)}</p>
<section lang="en">
<p>${escapeHtml(error.message)}</p>
<p>${escapeHtml(error.fix)}</p>
</section>
<p class="soft">${escapeHtml(texts.nothing)}</p>
</main>
</html>
`,
  }
}

/** The first language that the browser asks for and that there are texts in, else English. 'fr, de;q=0.8' -> 'de' */
function languageOf(acceptLanguage = ''): (typeof PAGE_LANGUAGES)[number] {
  const asked = acceptLanguage.split(',').map((one) => one.trim().slice(0, 2).toLowerCase())
  return asked.flatMap((one) => PAGE_LANGUAGES.find((known) => known === one) ?? [])[0] ?? 'en'
}

/** The mark of the web app, whose files are not asked for here: this page is drawn also where they are not built. */
const MARK = 'M20.7 30.24A15 15 0 1 0 16.4 31V22.9L11.2 19.2V13.1L14.4 9.9V5.4H18.7V11.8L15.5 15V17L20.7 20.7Z'

/** The web app's own colours and measures. */
const STYLE = `
  :root { color-scheme: light dark; --soft: light-dark(oklch(0.515 0.014 155), oklch(0.665 0.014 145)) }
  body { font: 15px/1.55 Inter, system-ui, sans-serif; margin: 0 auto; max-width: 29rem; padding: 2.5rem 1.25rem; overflow-wrap: anywhere;
    background: light-dark(oklch(0.984 0.004 100), oklch(0.188 0.011 168)); color: light-dark(oklch(0.235 0.018 165), oklch(0.945 0.008 105)) }
  header { display: flex; align-items: center; gap: .5rem; font-size: 1.125rem; font-weight: 600; letter-spacing: -.03em }
  svg { width: 1.375rem; fill: light-dark(oklch(0.815 0.128 84), oklch(0.81 0.12 84)) }
  main { padding-top: clamp(1.25rem, 12vh, 6rem) }
  h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .5rem; text-wrap: balance }
  p { margin: .5rem 0 }
  section { margin: 1.25rem 0; padding: .5rem 1rem; font-size: .875rem; border-radius: .75rem;
    border: 1px solid light-dark(oklch(0.905 0.008 110), oklch(0.288 0.013 168)); background: light-dark(oklch(1 0 0), oklch(0.216 0.012 168)) }
  .soft { color: var(--soft); font-size: .875rem }`

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
