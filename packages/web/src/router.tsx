import type { QueryClient } from '@tanstack/react-query'
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  notFound,
  Outlet,
  redirect,
} from '@tanstack/react-router'
import { AppError } from './api/app-error.ts'
import {
  connectionQuery,
  credentialsQuery,
  identitiesQuery,
  keysQuery,
  modelsQuery,
  passkeysQuery,
  providersQuery,
  secondFactorQuery,
  sessionsQuery,
  stateQuery,
} from './api/queries.ts'
import { withTexts } from './i18n/i18n.ts'
import { appsQuery } from './pages/apps/queries.ts'
import { rankingsQuery } from './pages/rankings/queries.ts'
import { promptsQuery } from './prompts/queries.ts'
import {
  only,
  readChatSearch,
  readConnectSearch,
  readCreateSearch,
  readHomeSearch,
  readPromptsSearch,
  readRankingsSearch,
  readSignInSearch,
  readSsoSearch,
  readUsageSearch,
} from './search.ts'
import { AppShell } from './shell/app-shell.tsx'
import { PageFailure } from './shell/page-failure.tsx'

/** What each page reads of its address. */
const read = {
  signIn: only(readSignInSearch),
  home: only(readHomeSearch),
  chat: only(readChatSearch),
  connect: only(readConnectSearch),
  sso: only(readSsoSearch),
  create: only(readCreateSearch),
  rankings: only(readRankingsSearch),
  prompts: only(readPromptsSearch),
  usage: only(readUsageSearch),
}

type Context = { queries: QueryClient }

const root = createRootRouteWithContext<Context>()({ component: Outlet })

const setup = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  beforeLoad: async ({ context }) => ({ state: await context.queries.ensureQueryData(stateQuery) }),
  component: lazyRouteComponent(
    () => withTexts(['door', 'setup'], import('./pages/setup/setup-page.tsx')),
    'SetupPage',
  ),
})

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: read.signIn,
  beforeLoad: async ({ context, search }) => {
    const state = await context.queries.ensureQueryData(stateQuery)
    if (state.user !== null) throw redirect({ href: search.return_to ?? '/', replace: true })
    if (state.setup === 'needed') throw redirect({ to: '/setup', replace: true })
  },
  component: lazyRouteComponent(() => withTexts(['door'], import('./pages/sign-in/sign-in-page.tsx')), 'SignInPage'),
})

/** A forgotten password: asking for the link, and the page that it opens. */
const forgot = createRoute({
  getParentRoute: () => root,
  path: '/forgot',
  beforeLoad: async ({ context }) => {
    const state = await context.queries.ensureQueryData(stateQuery)
    if (state.user !== null) throw redirect({ to: '/settings/account', replace: true })
    if (!state.mail) throw redirect({ to: '/sign-in', replace: true })
  },
  component: lazyRouteComponent(
    () => withTexts(['door', 'mail'], import('./pages/mail/forgot-page.tsx')),
    'ForgotPage',
  ),
})

const reset = createRoute({
  getParentRoute: () => root,
  path: '/reset',
  beforeLoad: async ({ context }) => ({ state: await context.queries.ensureQueryData(stateQuery) }),
  component: lazyRouteComponent(() => withTexts(['door', 'mail'], import('./pages/mail/reset-page.tsx')), 'ResetPage'),
})

const confirm = createRoute({
  getParentRoute: () => root,
  path: '/confirm',
  beforeLoad: async ({ context }) => ({ state: await context.queries.ensureQueryData(stateQuery) }),
  component: lazyRouteComponent(
    () => withTexts(['door', 'mail'], import('./pages/mail/confirm-page.tsx')),
    'ConfirmPage',
  ),
})

/** Where the operator lets everybody make an account. */
const signUp = createRoute({
  getParentRoute: () => root,
  path: '/sign-up',
  beforeLoad: async ({ context }) => {
    const state = await context.queries.ensureQueryData(stateQuery)
    if (state.user !== null) throw redirect({ to: '/', replace: true })
    if (state.setup === 'needed') throw redirect({ to: '/setup', replace: true })
    if (state.sign_up !== 'open') throw redirect({ to: '/sign-in', replace: true })
  },
  component: lazyRouteComponent(
    () => withTexts(['door', 'setup', 'mail'], import('./pages/sign-in/sign-up-page.tsx')),
    'SignUpPage',
  ),
})

/** For whoever writes a client: it asks nobody who they are. */
const pkce = createRoute({
  getParentRoute: () => root,
  path: '/pkce',
  loader: ({ context: { queries } }) => queries.ensureQueryData(stateQuery),
  component: lazyRouteComponent(() => withTexts(['door', 'pkce'], import('./pages/pkce/pkce-page.tsx')), 'PkcePage'),
})

/** Everything that asks for a person. */
const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  beforeLoad: async ({ context, location }) => {
    const state = await context.queries.ensureQueryData(stateQuery)
    if (state.user?.owes_factor && location.pathname !== '/settings/account') {
      throw redirect({ to: '/settings/account', replace: true })
    }
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
  validateSearch: read.home,
  loader: ({ context: { queries } }) =>
    Promise.all([queries.ensureQueryData(modelsQuery), queries.ensureQueryData(connectionQuery)]),
  component: lazyRouteComponent(() => withTexts(['composer'], import('./pages/home/home-page.tsx')), 'HomePage'),
})

const chat = createRoute({
  getParentRoute: () => shell,
  path: '/c/$id',
  validateSearch: read.chat,
  loader: async ({ context: { queries }, params, location }) => {
    const models = queries.ensureQueryData(modelsQuery)
    const { openThread } = await import('./chat/thread/thread-store.ts')
    try {
      const [store] = await Promise.all([openThread(params.id), models])
      return { store }
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'not_found') throw error
      const { homeOf } = await import('./chat/begun.ts')
      const search = homeOf(params.id, location.search)
      if (search !== undefined) throw redirect({ to: '/', search, replace: true })
      // Deleted meanwhile, somebody else's, or mistyped: nothing that trying again would mend.
      throw notFound()
    }
  },
  component: lazyRouteComponent(() => withTexts(['chat', 'composer'], import('./chat/chat-page.tsx')), 'ChatPage'),
})

/** What people type who look for the settings: the first of them. */
const settings = createRoute({
  getParentRoute: () => shell,
  path: '/settings',
  beforeLoad: () => {
    throw redirect({ to: '/settings/models', replace: true })
  },
})

const models = createRoute({
  getParentRoute: () => shell,
  path: '/settings/models',
  validateSearch: read.connect,
  loader: ({ context: { queries } }) =>
    Promise.all([
      queries.ensureQueryData(connectionQuery),
      queries.ensureQueryData(credentialsQuery),
      queries.ensureQueryData(providersQuery),
      queries.ensureQueryData(modelsQuery),
    ]),
  component: lazyRouteComponent(
    () => withTexts(['models', 'connect', 'terms'], import('./pages/models/models-page.tsx')),
    'ModelsPage',
  ),
})

const account = createRoute({
  getParentRoute: () => shell,
  path: '/settings/account',
  validateSearch: read.sso,
  loader: ({ context: { queries } }) =>
    Promise.all([
      queries.ensureQueryData(sessionsQuery),
      queries.ensureQueryData(passkeysQuery),
      queries.ensureQueryData(secondFactorQuery),
      queries.ensureQueryData(identitiesQuery),
    ]),
  component: lazyRouteComponent(
    () => withTexts(['account', 'door'], import('./pages/account/account-page.tsx')),
    'AccountPage',
  ),
})

const loadKeysPage = () => withTexts(['keys', 'terms', 'use'], import('./pages/keys/keys-page.tsx'))
const loadKeys = (queries: QueryClient) =>
  Promise.all([queries.ensureQueryData(keysQuery), queries.ensureQueryData(modelsQuery)])

const keys = createRoute({
  getParentRoute: () => shell,
  path: '/keys',
  validateSearch: read.create,
  loader: ({ context: { queries } }) => loadKeys(queries),
  component: lazyRouteComponent(loadKeysPage, 'KeysPage'),
})

/** The address that OpenRouter's clients link to: the list, with that key in view. */
const key = createRoute({
  getParentRoute: () => shell,
  path: '/keys/$hash',
  loader: ({ context: { queries } }) => loadKeys(queries),
  component: lazyRouteComponent(loadKeysPage, 'KeysPage'),
})

const apps = createRoute({
  getParentRoute: () => shell,
  path: '/apps',
  loader: ({ context: { queries } }) => queries.ensureQueryData(appsQuery),
  component: lazyRouteComponent(
    () => withTexts(['apps', 'keys', 'terms'], import('./pages/apps/apps-page.tsx')),
    'AppsPage',
  ),
})

/** Beside the shell, since the operator may open it to everybody. */
const rankings = createRoute({
  getParentRoute: () => root,
  path: '/rankings',
  validateSearch: read.rankings,
  loaderDeps: ({ search }) => search,
  loader: async ({ context, deps, location }) => {
    try {
      await context.queries.ensureQueryData(rankingsQuery(deps.period))
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'sign_in_required') throw error
      throw redirect({ to: '/sign-in', search: { return_to: location.href }, replace: true })
    }
  },
  component: lazyRouteComponent(
    () => withTexts(['rankings'], import('./pages/rankings/rankings-page.tsx')),
    'RankingsPage',
  ),
})

const prompts = createRoute({
  getParentRoute: () => shell,
  path: '/prompts',
  validateSearch: read.prompts,
  loader: ({ context: { queries } }) => queries.ensureQueryData(promptsQuery),
  component: lazyRouteComponent(
    () => withTexts(['prompts'], import('./pages/prompts/prompts-page.tsx')),
    'PromptsPage',
  ),
})

const data = createRoute({
  getParentRoute: () => shell,
  path: '/settings/data',
  component: lazyRouteComponent(() => withTexts(['data'], import('./pages/data/data-page.tsx')), 'DataPage'),
})

const usage = createRoute({
  getParentRoute: () => shell,
  path: '/settings/usage',
  validateSearch: read.usage,
  component: lazyRouteComponent(() => withTexts(['usage'], import('./pages/usage/usage-page.tsx')), 'UsagePage'),
})

const people = createRoute({
  getParentRoute: () => shell,
  path: '/settings/people',
  component: lazyRouteComponent(() => withTexts(['people'], import('./pages/people/people-page.tsx')), 'PeoplePage'),
})

const NotFoundPage = lazyRouteComponent(() => import('./shell/not-found-page.tsx'), 'NotFoundPage')

/** Any other address: who is in finds the way on where it always is. */
const nowhere = createRoute({ getParentRoute: () => shell, path: '$', component: NotFoundPage })

/** The app's pages, each loaded when it is first gone to. */
export function createAppRouter(queries: QueryClient) {
  return createRouter({
    routeTree: root.addChildren([
      setup,
      signIn,
      signUp,
      rankings,
      pkce,
      forgot,
      reset,
      confirm,
      shell.addChildren([
        home,
        chat,
        settings,
        models,
        account,
        keys,
        key,
        apps,
        prompts,
        data,
        usage,
        people,
        nowhere,
      ]),
    ]),
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
