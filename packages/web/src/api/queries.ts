import { queryOptions } from '@tanstack/react-query'
import { request } from './request.ts'

/** Who is signed in, and what this server offers. */
export const stateQuery = queryOptions({
  queryKey: ['state'],
  queryFn: ({ signal }) => request('GET /api/app/state', { signal }),
  staleTime: 30_000,
})

export const keysQuery = queryOptions({
  queryKey: ['keys'],
  queryFn: async ({ signal }) => (await request('GET /api/app/keys', { signal })).data,
})

/** The providers hardly change while the app is open. */
export const providersQuery = queryOptions({
  queryKey: ['providers'],
  queryFn: async ({ signal }) => (await request('GET /api/app/providers', { signal })).data,
  staleTime: 300_000,
})

export const credentialsQuery = queryOptions({
  queryKey: ['credentials'],
  queryFn: async ({ signal }) => (await request('GET /api/app/credentials', { signal })).data,
})

export const connectionQuery = queryOptions({
  queryKey: ['connection'],
  queryFn: ({ signal }) => request('GET /api/app/connections/openrouter', { signal }),
})

/** Servers of models on the machine that Keyway runs on; the owner's question alone. */
export const localServersQuery = queryOptions({
  queryKey: ['local-servers'],
  queryFn: async ({ signal }) => (await request('GET /api/app/local-servers', { signal })).data,
})

export const modelsQuery = queryOptions({
  queryKey: ['models'],
  queryFn: ({ signal }) => request('GET /api/app/models', { signal }),
  staleTime: 60_000,
})

export const sessionsQuery = queryOptions({
  queryKey: ['sessions'],
  queryFn: async ({ signal }) => (await request('GET /api/app/sessions', { signal })).data,
})

export const identitiesQuery = queryOptions({
  queryKey: ['identities'],
  queryFn: async ({ signal }) => (await request('GET /api/app/identities', { signal })).data,
})

export const secondFactorQuery = queryOptions({
  queryKey: ['second-factor'],
  queryFn: ({ signal }) => request('GET /api/app/second-factor', { signal }),
})

export const passkeysQuery = queryOptions({
  queryKey: ['passkeys'],
  queryFn: async ({ signal }) => (await request('GET /api/app/passkeys', { signal })).data,
})
