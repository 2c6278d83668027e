/** Only the object's own members: a script of the page may have added members to every object's prototype. */
export const own = <T>(given: T): T => ({ __proto__: null, ...given });
