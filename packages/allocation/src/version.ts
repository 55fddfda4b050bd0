/** Changes with every change that can alter a plan. */
export const ENGINE_VERSION = '1.0.0'
