/** What is said in the object itself: a script of the page may have put other members into every object's prototype. */
export const own = <T>(given: T): T => ({ __proto__: null, ...given });
