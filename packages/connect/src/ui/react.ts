// Next.js: a page that is rendered on the server may use the button as it is.
'use client'

import {
  type AnchorHTMLAttributes,
  type ButtonHTMLAttributes,
  createElement,
  type MouseEvent,
  type ReactElement,
  type ReactNode,
  useEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react'
import {
  type BrowserConnect,
  type BrowserConnected,
  type BrowserConnectOptions,
  type ConnectError,
  createBrowserConnect,
  OPENROUTER,
} from '../browser.ts'
import { type ConnectState, type WatchedConnect, watchConnect } from './connect-state.ts'
import { type ConnectLabels, isBusy, labelsFor } from './labels.ts'
import { whenShown } from './page-shown.ts'

export { ConnectError, type ConnectErrorCode, OPENROUTER } from '../browser.ts'
export type { ConnectState } from './connect-state.ts'
export type { ConnectLabels } from './labels.ts'

/**
 * The state of a connection of this page, and what can be done.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1
 */
export type UseConnect = {
  state: ConnectState
  /** Leaves for the issuer. */
  start(returnTo?: string): void
  /** Drops the page's copy of the key. */
  forget(): void
}

/**
 * Connecting in a page without a server, by PKCE (RFC 7636 section 4). It takes the issuer's answer when the page loads, once, also under
 * StrictMode, and renders on a server as `idle`.
 * @param options read at the first render; or a connection made by `createBrowserConnect`
 */
export function useConnect(options: BrowserConnectOptions | BrowserConnect): UseConnect {
  const [watched] = useState<WatchedConnect>(() =>
    watchConnect('finish' in options ? options : createBrowserConnect(options)),
  )
  const state = useSyncExternalStore(watched.watch, watched.get, watched.get)
  useEffect(() => {
    const resume = () => void watched.resume()
    resume()
    return whenShown(resume)
  }, [watched])
  return { state, start: (returnTo) => void watched.start(returnTo), forget: watched.forget }
}

type ButtonProps = Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'children' | 'type' | 'onClick' | 'disabled'> & {
  labels?: Partial<ConnectLabels>
  /** In place of the label. */
  children?: ReactNode | ((state: ConnectState) => ReactNode)
  /** A path of the app to come back to. */
  returnTo?: string
}

/**
 * In a page alone: the key comes to the page.
 * @see https://datatracker.ietf.org/doc/html/draft-ietf-oauth-browser-based-apps#section-6.3
 */
export type PageButtonProps = ButtonProps & {
  connect: BrowserConnectOptions | BrowserConnect
  onConnected?(connected: BrowserConnected): void
  onFailed?(error: ConnectError): void
}

/**
 * With a server: the form leads to its `start` route, and no key comes to the page.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.1
 */
export type ServerButtonProps = ButtonProps & {
  action: string
  /** Named by the button; OpenRouter when not said. */
  issuer?: string
}

/**
 * A button without any style: `data-state` is the state's name, for yours. With `action` it is a form that leads to your
 * server; with `connect` the page connects by itself.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.1
 */
export function ConnectButton(props: PageButtonProps | ServerButtonProps): ReactElement {
  return 'action' in props ? createElement(ServerButton, props) : createElement(PageButton, props)
}

function ServerButton({
  action,
  issuer = OPENROUTER,
  returnTo,
  labels,
  children,
  ...rest
}: ServerButtonProps): ReactElement {
  const [isLeaving, setLeaving] = useState(false)
  useEffect(() => whenShown(() => setLeaving(false)), [])
  const target = returnTo === undefined ? action : `${action}?${new URLSearchParams({ return_to: returnTo })}`
  const state: ConnectState = { status: isLeaving ? 'leaving' : 'idle' }
  return createElement(
    'form',
    { method: 'post', action: target, onSubmit: () => setLeaving(true) },
    createElement(
      'button',
      { ...rest, ...attributesOf(state), type: 'submit' },
      labelOf(state, { issuer, labels, children }),
    ),
  )
}

/**
 * A link to your server's start route.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.1
 */
export type ConnectLinkProps = Omit<AnchorHTMLAttributes<HTMLAnchorElement>, 'children' | 'href'> & {
  /** Where your server begins the flow at a GET, with everything that it shall know in the query. */
  href: string
  /** Named by the link; OpenRouter when not said. */
  issuer?: string
  labels?: Partial<ConnectLabels>
  /** In place of the label. */
  children?: ReactNode | ((state: ConnectState) => ReactNode)
}

/**
 * With a server whose start route takes a GET: a plain link, so that nothing opens in a window of its own and the address
 * can be copied. Its `data-state` is `leaving` once it was pressed, and `idle` again where the browser shows the page as it
 * was. It stays a link meanwhile: a press that led nowhere is made again.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.1
 */
export function ConnectLink({
  issuer = OPENROUTER,
  labels,
  children,
  onClick,
  ...rest
}: ConnectLinkProps): ReactElement {
  const [isLeaving, setLeaving] = useState(false)
  useEffect(() => whenShown(() => setLeaving(false)), [])
  const state: ConnectState = { status: isLeaving ? 'leaving' : 'idle' }
  const press = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event)
    if (!event.defaultPrevented && !opensElsewhere(event)) setLeaving(true)
  }
  return createElement(
    'a',
    { ...rest, 'data-state': state.status, onClick: press },
    labelOf(state, { issuer, labels, children }),
  )
}

/** With these held the browser opens a tab or window, or saves: this page stays. */
function opensElsewhere({ metaKey, ctrlKey, shiftKey, altKey }: MouseEvent): boolean {
  return metaKey || ctrlKey || shiftKey || altKey
}

function PageButton(props: PageButtonProps): ReactElement {
  const { connect, onConnected, onFailed, returnTo, labels, children, ...rest } = props
  const { state, start } = useConnect(connect)
  const { issuer } = connect
  // Told once a state, not once a render: the functions may be new ones each time.
  const told = useRef<ConnectState>(state)
  useEffect(() => {
    if (told.current === state) return
    told.current = state
    if (state.status === 'connected') {
      const { status: _, ...connected } = state
      onConnected?.(connected)
    } else if (state.status === 'failed') onFailed?.(state.error)
  }, [state, onConnected, onFailed])
  return createElement(
    'button',
    { ...rest, ...attributesOf(state), type: 'button', onClick: () => !isBusy(state) && start(returnTo) },
    labelOf(state, { issuer, labels, children }),
  )
}

/** `aria-disabled`, as a button that is disabled loses the focus of whoever just pressed it. */
function attributesOf(state: ConnectState) {
  return { 'data-state': state.status, 'aria-busy': state.status === 'returning', 'aria-disabled': isBusy(state) }
}

type Texts = {
  issuer: string
  labels: ButtonProps['labels'] | undefined
  children: ButtonProps['children'] | undefined
}

function labelOf(state: ConnectState, { issuer, labels, children }: Texts): ReactNode {
  if (typeof children === 'function') return children(state)
  return children ?? labels?.[state.status] ?? labelsFor(issuer)[state.status]
}
