/**
 * TypeBox, which the build puts into one file: Node.js takes half a second to load its 680 modules, a twentieth of that for one.
 * Everything here takes it from this file (decision 129).
 */
import { Settings } from 'typebox/system';

// Eight by default: what comes after them is lost, and the sentences promise every mistake.
Settings.Set({ maxErrors: 1000 });

export { default as Type, type Static, type TProperties, type TSchema } from 'typebox';
export { default as Value } from 'typebox/value';

/*!
 * TypeBox
 *
 * The MIT License (MIT)
 *
 * Copyright (c) 2017-2026 Haydn Paterson
 *
 * Permission is hereby granted, free of charge, to any person obtaining a copy
 * of this software and associated documentation files (the "Software"), to deal
 * in the Software without restriction, including without limitation the rights
 * to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
 * copies of the Software, and to permit persons to whom the Software is
 * furnished to do so, subject to the following conditions:
 *
 * The above copyright notice and this permission notice shall be included in
 * all copies or substantial portions of the Software.
 *
 * THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
 * IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
 * FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
 * AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
 * LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
 * OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN
 * THE SOFTWARE. */
