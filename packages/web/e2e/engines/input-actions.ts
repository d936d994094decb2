const point = (x: number, y: number) => ({
  type: 'pointerMove',
  x: Math.round(x),
  y: Math.round(y),
  duration: 0,
  origin: 'viewport',
})

const mouse = (actions: unknown[]) => [{ type: 'pointer', id: 'mouse', parameters: { pointerType: 'mouse' }, actions }]

/** One press of the mouse at a point of the window, as WebDriver and BiDi both write it. */
export function clickActions(x: number, y: number): unknown[] {
  return mouse([point(x, y), { type: 'pointerDown', button: 0 }, { type: 'pointerUp', button: 0 }])
}

/** The first half of a press. */
export function downActions(x: number, y: number): unknown[] {
  return mouse([point(x, y), { type: 'pointerDown', button: 0 }])
}

/** The second half of a press, which may end elsewhere than it began. */
export function upActions(x: number, y: number): unknown[] {
  return mouse([point(x, y), { type: 'pointerUp', button: 0 }])
}

/** A text, key by key. */
export function typeActions(text: string): unknown[] {
  const actions = [...text].flatMap((value) => [
    { type: 'keyDown', value },
    { type: 'keyUp', value },
  ])
  return [{ type: 'key', id: 'keyboard', actions }]
}
