import './style/app.css'
import { CSPProvider } from '@base-ui/react/csp-provider'
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { AppError } from './api/app-error.ts'
import { FreshSignInProvider } from './api/fresh-sign-in.tsx'
import { stateQuery } from './api/queries.ts'
import { request } from './api/request.ts'
import { startI18n } from './i18n/i18n.ts'
import { createAppRouter } from './router.tsx'
import { signInAgain } from './shell/leave.ts'
import { fetchMissingStyle } from './shell/missing-style.ts'
import { Toaster } from './ui/toaster.tsx'

/** A server that restarts is back well within three tries. What the server refused is not asked again. */
const TRIES_OFFLINE = 2

const queries: QueryClient = new QueryClient({
  defaultOptions: {
    queries: {
      retry: (count, error) => error instanceof AppError && error.code === 'offline' && count < TRIES_OFFLINE,
      // A browser's guess at being offline must not keep us from asking a server on the same machine.
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
  queryCache: new QueryCache({
    onError: (error, query) => {
      // What was only pointed at is shown nowhere and gone to by nobody: whoever does go there asks for it again.
      if (query.isActive() || router.state.status === 'pending') noticeEndOfSession(error)
    },
  }),
  mutationCache: new MutationCache({ onError: noticeEndOfSession }),
})
const router = createAppRouter(queries)

/**
 * A session that ended elsewhere: whoever was in signs in again, and comes back here. Asked first, and of nobody else: what
 * is still shown is about a person.
 */
function noticeEndOfSession(error: Error): void {
  if (!(error instanceof AppError) || error.code !== 'sign_in_required') return
  const known = queries.getQueryData(stateQuery.queryKey)
  if (known === undefined || known.user === null) return
  request('GET /api/app/state').then(
    ({ user }) => (user === null ? signInAgain() : undefined),
    () => router.invalidate(),
  )
}

/** Whatever adds a style sheet at run time needs the page's nonce. */
const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce

const root = document.getElementById('app')
if (root === null) throw new Error('index.html has no #app')
fetchMissingStyle()
// Asked for while the texts are on their way; whoever needs it hears of a failure.
void queries.prefetchQuery(stateQuery)
await startI18n()
createRoot(root).render(
  <StrictMode>
    <CSPProvider {...(nonce === undefined ? {} : { nonce })}>
      <QueryClientProvider client={queries}>
        <FreshSignInProvider>
          <RouterProvider router={router} />
          <Toaster />
        </FreshSignInProvider>
      </QueryClientProvider>
    </CSPProvider>
  </StrictMode>,
)
