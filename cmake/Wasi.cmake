# The toolchain of the engine for web pages: clang 19 of Debian with wasi-libc and libc++.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR wasm32)
set(CMAKE_CXX_COMPILER clang++-19)
set(CMAKE_CXX_COMPILER_TARGET wasm32-wasi)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
# What every browser of the last years has.
set(CMAKE_CXX_FLAGS_INIT "-mbulk-memory -mnontrapping-fptoint")
