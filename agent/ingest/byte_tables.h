/*
 * Second bytes that a character cannot have, though they are continuations (Unicode 15, table 3-7), as sets
 * in three tables of 16: by the high half of the byte before, by its low half, and by the high half of the
 * byte. A byte is wrong if all three name one set. (Tables looked up by halves of bytes: Keiser and Lemire,
 * "Validating UTF-8 in less than one instruction per byte", 2020.)
 */
#ifndef TACHO_BYTE_TABLES_H
#define TACHO_BYTE_TABLES_H

#define AFTER_C0_C1 0x01 /* anything */
#define AFTER_E0    0x02 /* below a0 */
#define AFTER_ED    0x04 /* above 9f */
#define AFTER_F0    0x08 /* below 90 */
#define AFTER_F4    0x10 /* above 8f */
#define AFTER_F5_FF 0x20 /* anything */

#define WRONG_BY_HIGH_BEFORE                                                                                 \
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, AFTER_C0_C1, 0, AFTER_E0 | AFTER_ED, AFTER_F0 | AFTER_F4 | AFTER_F5_FF

#define WRONG_BY_LOW_BEFORE                                                                                  \
    AFTER_C0_C1 | AFTER_E0 | AFTER_F0, AFTER_C0_C1, 0, 0, AFTER_F4, AFTER_F5_FF, AFTER_F5_FF, AFTER_F5_FF,   \
        AFTER_F5_FF, AFTER_F5_FF, AFTER_F5_FF, AFTER_F5_FF, AFTER_F5_FF, AFTER_F5_FF | AFTER_ED,             \
        AFTER_F5_FF, AFTER_F5_FF

#define WRONG_BY_HIGH                                                                                        \
    0, 0, 0, 0, 0, 0, 0, 0, AFTER_C0_C1 | AFTER_F5_FF | AFTER_E0 | AFTER_F0,                                 \
        AFTER_C0_C1 | AFTER_F5_FF | AFTER_E0 | AFTER_F4, AFTER_C0_C1 | AFTER_F5_FF | AFTER_ED | AFTER_F4,    \
        AFTER_C0_C1 | AFTER_F5_FF | AFTER_ED | AFTER_F4, 0, 0, 0, 0

/*
 * What may follow a backslash, in the same way, by the high and the low half: " and / have 2, \ has 5, b f n
 * have 6, r t u have 7.
 */
#define ESCAPABLE_BY_HIGH 0, 0, 0x01, 0, 0, 0x02, 0x04, 0x08, 0, 0, 0, 0, 0, 0, 0, 0
#define ESCAPABLE_BY_LOW  0, 0, 0x01 | 0x04 | 0x08, 0, 0x08, 0x08, 0x04, 0, 0, 0, 0, 0, 0x02, 0, 0x04, 0x01

#endif
