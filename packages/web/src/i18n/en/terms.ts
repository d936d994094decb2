/** How long keys last and when their limits begin anew. */
export const texts = {
  terms: {
    resetNever: 'Never',
    resetDaily: 'Every day',
    resetWeekly: 'Every week',
    resetMonthly: 'Every month',
    expiryNever: 'Never',
    expiry30: 'In 30 days',
    expiry90: 'In 90 days',
    expiry365: 'In a year',
    resets: { daily: 'resets daily', weekly: 'resets weekly', monthly: 'resets monthly' },
  },
} as const
