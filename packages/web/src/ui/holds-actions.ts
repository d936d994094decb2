/**
 * For what scrolls in a window: the row of buttons at its end stays in view, and whatever gets the focus stands above that
 * row. Nothing sticks beyond its own row of a grid, so what holds the buttons is a column.
 */
export const HOLDS_ACTIONS = 'scroll-pb-24 [&_:has(>[data-actions])]:flex [&_:has(>[data-actions])]:flex-col'
