/** Which apps use most. */
export const texts = {
  rankings: {
    title: 'Top apps',
    about: 'By tokens in and out. Programs on people’s own computers are not counted.',
    period: 'Period',
    periods: { day: 'Today', week: '7 days', month: '30 days' },
    rank: 'No.',
    app: 'App',
    calls: 'Calls',
    tokens: 'Tokens',
    emptyTitle: 'No app has called yet',
    emptyAbout: 'Apps stand here once they call with a key of their own, or say who they are.',
  },
} as const
