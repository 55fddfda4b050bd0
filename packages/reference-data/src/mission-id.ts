/** `UNEF II` is written `UNEF-II`: an acronym is one word. */
export const missionId = (acronym: string): string => acronym.trim().replaceAll(' ', '-')
