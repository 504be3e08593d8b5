/** Values of every kind, for options that should take one kind only. */

export class Settings {
  readonly limit = 5
}

/** Must be in no message where a secret may stand. */
export const revealing = 'a-text-that-may-be-a-secret'

/** One value of each kind, and some that code is easily wrong about. */
export const oddValues: Readonly<Record<string, unknown>> = {
  null: null,
  number: 5,
  notANumber: Number.NaN,
  bigint: 5n,
  boolean: true,
  text: revealing,
  emptyText: '',
  longText: revealing.repeat(4000),
  list: [],
  listOfNumbers: [5],
  listOfNull: [null],
  listOfTexts: [revealing],
  object: {},
  objectWithoutPrototype: Object.create(null),
  objectWithPath: { [revealing]: revealing },
  map: new Map([['limit', 5]]),
  instance: new Settings(),
  date: new Date(0),
  promise: Promise.resolve('15m'),
  function: () => 5,
  symbol: Symbol('x'),
}
