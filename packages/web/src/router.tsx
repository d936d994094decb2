import type { QueryClient } from '@tanstack/react-query'
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router'
import {
  connectionQuery,
  credentialsQuery,
  keysQuery,
  modelsQuery,
  passkeysQuery,
  providersQuery,
  sessionsQuery,
  stateQuery,
} from './api/queries.ts'
import { readConnectSearch, readCreateSearch, readSignInSearch } from './search.ts'
import { AppShell } from './shell/app-shell.tsx'
import { NotFoundPage } from './shell/not-found-page.tsx'
import { PageFailure } from './shell/page-failure.tsx'

type Context = { queries: QueryClient }

const root = createRootRouteWithContext<Context>()({ component: Outlet })

const setup = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  beforeLoad: async ({ context }) => ({ state: await context.queries.ensureQueryData(stateQuery) }),
  component: lazyRouteComponent(() => import('./pages/setup/setup-page.tsx'), 'SetupPage'),
})

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: readSignInSearch,
  beforeLoad: async ({ context, search }) => {
    const state = await context.queries.ensureQueryData(stateQuery)
    if (state.user !== null) throw redirect({ href: search.return_to ?? '/', replace: true })
    if (state.setup === 'needed') throw redirect({ to: '/setup', replace: true })
  },
  component: lazyRouteComponent(() => import('./pages/sign-in/sign-in-page.tsx'), 'SignInPage'),
})

/** Everything that asks for a person. */
const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  beforeLoad: async ({ context, location }) => {
    const state = await context.queries.ensureQueryData(stateQuery)
    if (state.user !== null) return
    if (state.setup === 'needed') throw redirect({ to: '/setup', replace: true })
    const wanted = location.href === '/' ? {} : { return_to: location.href }
    throw redirect({ to: '/sign-in', search: wanted, replace: true })
  },
  component: AppShell,
})

// What a page shows is asked for while its script is on the way.

const home = createRoute({
  getParentRoute: () => shell,
  path: '/',
  validateSearch: readConnectSearch,
  loader: ({ context: { queries } }) =>
    Promise.all([queries.ensureQueryData(modelsQuery), queries.ensureQueryData(connectionQuery)]),
  component: lazyRouteComponent(() => import('./pages/home/home-page.tsx'), 'HomePage'),
})

const models = createRoute({
  getParentRoute: () => shell,
  path: '/settings/models',
  validateSearch: readConnectSearch,
  loader: ({ context: { queries } }) =>
    Promise.all([
      queries.ensureQueryData(connectionQuery),
      queries.ensureQueryData(credentialsQuery),
      queries.ensureQueryData(providersQuery),
      queries.ensureQueryData(modelsQuery),
    ]),
  component: lazyRouteComponent(() => import('./pages/models/models-page.tsx'), 'ModelsPage'),
})

const account = createRoute({
  getParentRoute: () => shell,
  path: '/settings/account',
  loader: ({ context: { queries } }) =>
    Promise.all([queries.ensureQueryData(sessionsQuery), queries.ensureQueryData(passkeysQuery)]),
  component: lazyRouteComponent(() => import('./pages/account/account-page.tsx'), 'AccountPage'),
})

const keys = createRoute({
  getParentRoute: () => shell,
  path: '/keys',
  validateSearch: readCreateSearch,
  loader: ({ context: { queries } }) => Promise.all([queries.ensureQueryData(keysQuery)]),
  component: lazyRouteComponent(() => import('./pages/keys/keys-page.tsx'), 'KeysPage'),
})

/** The address that OpenRouter's clients link to: the list, with that key in view. */
const key = createRoute({
  getParentRoute: () => shell,
  path: '/keys/$hash',
  loader: ({ context: { queries } }) => Promise.all([queries.ensureQueryData(keysQuery)]),
  component: lazyRouteComponent(() => import('./pages/keys/keys-page.tsx'), 'KeysPage'),
})

/** The app's pages, each loaded when it is first gone to. */
export function createAppRouter(queries: QueryClient) {
  return createRouter({
    routeTree: root.addChildren([setup, signIn, shell.addChildren([home, models, account, keys, key])]),
    context: { queries },
    defaultPreload: 'intent',
    defaultErrorComponent: PageFailure,
    defaultNotFoundComponent: NotFoundPage,
    // The scripts of scroll restoration would be inline ones.
    scrollRestoration: false,
  })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>
  }
}
