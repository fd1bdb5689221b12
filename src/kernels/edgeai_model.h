/* What the headers and sources of all models share: alignment and assertions in C11 and C++, and the layer hook. */
#ifndef EDGEAI_MODEL_H
#define EDGEAI_MODEL_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#define EDGEAI_ALIGNAS(bytes) alignas(bytes)
#define EDGEAI_STATIC_ASSERT(condition, text) static_assert(condition, text)
#else
#define EDGEAI_ALIGNAS(bytes) _Alignas(bytes)
#define EDGEAI_STATIC_ASSERT(condition, text) _Static_assert(condition, text)
#endif

/* The layer hook is off by default. With -DEDGEAI_LAYER_HOOK every layer is framed by two functions of the application's;
   other hooks come in as -D definitions of the two macros themselves. The index is that of the layer in the model;
   a layer that runs row by row is framed each time. */
#if !defined(EDGEAI_LAYER_BEGIN) && !defined(EDGEAI_LAYER_END)
#ifdef EDGEAI_LAYER_HOOK
#ifdef __cplusplus
extern "C" {
#endif
void edgeai_layer_begin(unsigned index);
void edgeai_layer_end(unsigned index);
#ifdef __cplusplus
}
#endif
#define EDGEAI_LAYER_BEGIN(model, index) edgeai_layer_begin(index)
#define EDGEAI_LAYER_END(model, index) edgeai_layer_end(index)
#else
#define EDGEAI_LAYER_BEGIN(model, index) ((void)0)
#define EDGEAI_LAYER_END(model, index) ((void)0)
#endif
#endif

#endif
