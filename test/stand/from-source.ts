/**
 * What Node needs to run a program of the tests, which is TypeScript; `execArgv` of a fork. Of
 * `PROGRAMS` none needs it.
 */
export const FROM_SOURCE = ['--import=tsx', '--conditions=edgeloop-source'];
