/** Opponents that our own runs found, by world (`coreSize/maxLength`). Made by training/core-war-panel; see its README. */
export interface EvolvedWarrior {
  readonly name: string
  readonly strategy: string
  readonly code: string
}

export const EVOLVED: Readonly<Record<string, readonly EvolvedWarrior[]>> = {
  '80/5': [
    {
      name: 'Detum 325',
      strategy: 'Evolved by us in nano: round 1, seed 1, 40000 evaluations.',
      code: `
        ORG 0
        SPL.AB # 2, { -10
        DJN.F * 1, < -6
        MOV.I * -1, < -2
        SPL.AB # 2, { -10
        SPL.I * -1, # 1
        END`,
    },
    {
      name: 'Bottik 394',
      strategy: 'Evolved by us in nano: round 1, seed 1, 40000 evaluations.',
      code: `
        ORG 0
        MOV.X { -6, { 26
        SPL.X $ -4, } -11
        DJN.I # -11, < 1
        SPL.AB # 2, $ -13
        SPL.I # -11, < 11
        END`,
    },
    {
      name: 'Jeldin 441',
      strategy: 'Evolved by us in nano: round 2, seed 2, 40000 evaluations.',
      code: `
        ORG 0
        SPL.A # -7, > 38
        SPL.AB # 2, < -3
        MOV.I < -6, { 35
        SPL.AB { -1, < -5
        DJN.A # 39, > 8
        END`,
    },
    {
      name: 'Tospin 562',
      strategy: 'Evolved by us in nano: round 2, seed 2, 40000 evaluations.',
      code: `
        ORG 0
        SPL.AB # 19, < -8
        SPL.AB # -13, < -8
        MOV.I } -6, { 36
        SPL.AB { -1, $ -9
        END`,
    },
    {
      name: 'Buknik 687',
      strategy: 'Evolved by us in nano: round 3, seed 3, 40000 evaluations.',
      code: `
        ORG 0
        MOV.I < -7, $ 12
        SPL.B # 0, < 27
        MOV.I > -19, { 29
        MOV.I $ 37, { -2
        DJN.I $ 0, { 2
        END`,
    },
    {
      name: 'Burker 752',
      strategy: 'Evolved by us in nano: round 3, seed 3, 40000 evaluations.',
      code: `
        ORG 0
        MOV.I } 7, $ 12
        SPL.A # -25, > -27
        MOV.I } 31, { 0
        MOV.I # 40, { -8
        DJN.I < 0, { -3
        END`,
    },
  ],
  '800/20': [
    {
      name: 'Teszan 283',
      strategy: 'Evolved by us in tiny: round 1, seed 1, 8000 evaluations.',
      code: `
        ORG 0
        SPL.I # 383, > -4
        JMZ.A } 0, * 3
        MOV.BA # 4, } 267
        SEQ.I } 127, > 383
        SPL.F < 370, { 383
        MOV.I { -132, { 132
        MOV.I { -13, { 132
        JMP.F { -101, * -6
        SPL.F # 0, $ -6
        DAT.A $ 2, < -1
        SPL.F # -1, $ -6
        MOV.I { 4, { -4
        DJN.F $ 0, { -6
        DJN.F # 0, $ -6
        SLT.F } 0, } 3
        DJN.I $ 334, @ 1
        DJN.I $ 334, @ 1
        END`,
    },
    {
      name: 'Zenjon 289',
      strategy: 'Evolved by us in tiny: round 1, seed 1, 8000 evaluations.',
      code: `
        ORG 0
        SPL.I # 383, > -4
        JMZ.AB } 0, * 3
        MOV.BA # 4, } 267
        SEQ.I } 127, > 383
        SPL.F < 370, { 383
        MOV.I { -132, { 132
        MOV.I { -132, { 132
        JMP.F { -101, * -6
        DAT.A $ 2, < -307
        SPL.F # 0, $ -6
        SPL.F # 0, $ -6
        MOV.I { 4, { -4
        DJN.F $ 0, { -6
        DJN.F # 0, $ -6
        SLT.F # 0, } 6
        DJN.I $ 334, @ 307
        DJN.I $ 334, @ 307
        END`,
    },
    {
      name: 'Mogam 323',
      strategy: 'Evolved by us in tiny: round 2, seed 2, 8000 evaluations.',
      code: `
        ORG 5
        SLT.I @ -22, > 10
        MOV.A } -59, } -91
        MOV.F * -1, { -13
        MOV.I $ 9, { 6
        MOV.I $ 6, @ 2
        SNE.BA $ 8, @ -3
        JMN.AB < -3, @ 4
        SPL.I $ -5, > 0
        DJN.A $ -6, > -8
        NOP.B @ -2, $ -2
        MOD.X > -291, $ 6
        MOV.BA # 0, # -4
        SPL.AB < 4, * 6
        DJN.I > 3, # -289
        MOV.AB { 220, $ -10
        SNE.X # -8, $ -4
        MOV.B # -4, } 7
        SPL.AB # -18, # -17
        SPL.I { 12, # -41
        MOV.AB } -3, } 3
        END`,
    },
    {
      name: 'Hidor 317',
      strategy: 'Evolved by us in tiny: round 2, seed 2, 8000 evaluations.',
      code: `
        ORG 1
        SLT.F > 3, # -1
        MOV.B $ 3, $ -109
        DJN.BA # 8, < -7
        MOV.B $ 10, $ 8
        SUB.I < 3, { 132
        MOV.I $ 9, { 6
        SPL.B # 3, $ 0
        SNE.BA $ 8, @ 151
        JMN.AB < 6, @ 6
        SPL.I $ -5, > 0
        MOV.F } -116, < 132
        DJN.I > 0, } -132
        SPL.AB $ -10, @ -132
        MOV.BA @ 7, } 48
        SPL.AB $ -10, @ -132
        MOV.B # -3, } 7
        JMP.I $ 9, { 6
        MOV.I $ 6, @ -132
        SPL.AB < 4, * 6
        END`,
    },
    {
      name: 'Vasne 267',
      strategy: 'Evolved by us in tiny: round 3, seed 3, 8000 evaluations.',
      code: `
        ORG 3
        ADD.I } -83, $ 3
        SPL.AB $ 168, < 4
        MOV.I @ -361, $ 8
        SPL.B # 377, $ -4
        SPL.I # -157, } 4
        SPL.F } 5, $ -4
        SPL.F # 3, $ -4
        MOV.I < 6, > 1
        END`,
    },
    {
      name: 'Potmir 307',
      strategy: 'Evolved by us in tiny: round 3, seed 3, 8000 evaluations.',
      code: `
        ORG 1
        DJN.X # -367, $ 1
        SPL.AB $ 168, < 9
        MOV.B @ -361, $ 8
        SPL.B # 377, $ -4
        SPL.I # -157, } 4
        SPL.F } 5, $ -4
        SPL.F # -56, $ -8
        MOV.I < 6, > 2
        END`,
    },
  ],
}
