// What any import at all costs.
export const nothing = undefined
