import { type BrowserConnect, createBrowserConnect } from '../browser.ts'
import { OPENROUTER } from '../issuer.ts'
import { type ConnectState, type WatchedConnect, watchConnect } from './connect-state.ts'
import { isBusy, labelsFor } from './labels.ts'
import { whenShown } from './page-shown.ts'

type Button = {
  type: string
  textContent: string | null
  setAttribute(name: string, value: string): void
  addEventListener(type: 'click', listener: () => void): void
}
type Base = {
  getAttribute(name: string): string | null
  setAttribute(name: string, value: string): void
  replaceChildren(child: Button): void
  dispatchEvent(event: Event): boolean
}

// Declared here, as this file's alone: the package is checked without the browser's own types.
declare const HTMLElement: new () => Base
declare const document: { createElement(name: 'button'): Button }
declare const CustomEvent: new (type: string, init: { detail: unknown; bubbles: boolean }) => Event
declare const customElements: {
  get(name: string): unknown
  define(name: string, element: new () => Base): void
}

/**
 * Defines `<connect-button issuer callback-url key-label limit return-to>`: a button without any style, in the page's own
 * tree, so that your style reaches it. `state` is an attribute of the element; texts are attributes too: `label-idle`,
 * `label-failed` and so on. It tells by events that bubble: `connected` with `{ key, userId, returnTo }`, `failed` with
 * `{ code }`.
 * @param connect in place of the attributes
 * @see https://datatracker.ietf.org/doc/html/draft-ietf-oauth-browser-based-apps#section-6.3
 */
export function defineConnectButton(name = 'connect-button', connect?: BrowserConnect): void {
  if (customElements.get(name) !== undefined) return
  customElements.define(
    name,
    class extends HTMLElement {
      #end: (() => void) | undefined
      #watched: WatchedConnect | undefined

      connectedCallback(): void {
        // Kept where the page moves the element: what it knows stays.
        this.#watched ??= watchConnect(connect ?? createBrowserConnect(this.#options()))
        const watched = this.#watched
        const button = document.createElement('button')
        button.type = 'button'
        button.addEventListener('click', () => {
          if (!isBusy(watched.get())) void watched.start(this.getAttribute('return-to') ?? undefined)
        })
        this.replaceChildren(button)
        const show = () => this.#show(watched.get(), button)
        const changed = () => {
          show()
          this.#tell(watched.get())
        }
        const ends = [watched.watch(changed), whenShown(() => void watched.resume())]
        this.#end = () => {
          for (const end of ends) end()
        }
        show()
        void watched.resume()
      }

      disconnectedCallback(): void {
        this.#end?.()
      }

      #options() {
        const read = (attribute: string) => this.getAttribute(attribute) ?? undefined
        const [callbackUrl, keyLabel, limit] = [read('callback-url'), read('key-label'), read('limit')]
        return {
          issuer: read('issuer') ?? OPENROUTER,
          ...(callbackUrl === undefined ? {} : { callbackUrl }),
          ...(keyLabel === undefined ? {} : { keyLabel }),
          ...(limit === undefined ? {} : { limit }),
        }
      }

      #show(state: ConnectState, button: Button): void {
        this.setAttribute('state', state.status)
        button.textContent = this.getAttribute(`label-${state.status}`) ?? this.#labels()[state.status]
        button.setAttribute('aria-busy', String(state.status === 'returning'))
        button.setAttribute('aria-disabled', String(isBusy(state)))
      }

      #labels() {
        return labelsFor(connect?.issuer ?? this.getAttribute('issuer') ?? OPENROUTER)
      }

      #tell(state: ConnectState): void {
        if (state.status === 'connected') {
          const { status: _, ...detail } = state
          this.dispatchEvent(new CustomEvent('connected', { detail, bubbles: true }))
        } else if (state.status === 'failed') {
          this.dispatchEvent(new CustomEvent('failed', { detail: { code: state.error.code }, bubbles: true }))
        }
      }
    },
  )
}
