/** Filters as they come in: JSON-like trees of field names, operators, `_and`, `_or`, `_not`, `_some`, `_none`. */

/** Checked by `parse.ts`; leaves may be `Input`s that say where in the request a value stands. */
export type FilterInput = { readonly [key: string]: unknown }
